from setuptools import setup

setup(
    name="handed",
    install_requires=open("requirements.txt").read().split(),
    extras_require={"all": sum(EXTRAS.values(), []), "fast": ["ujson==5.9.0"]},
)
