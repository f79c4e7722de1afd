import setuptools

with open("requirements.txt") as file:
    needed = file.read().splitlines()

setuptools.setup(name="read", install_requires=needed + ["attrs==23.1.0"], tests_require=["!!"])
