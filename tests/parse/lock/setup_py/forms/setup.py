from setuptools import find_packages, setup

VERSION = "1.4"
DATABASE = ["psycopg2==2.9.9"]
REQUIRES = [
    "Django==4.2.1",
    "requests[socks]>=2.31,<3",  # with proxies
    f"ours=={VERSION}",
] + DATABASE
EXTRAS = {"excel": ("openpyxl~=3.1",), ":sys_platform == 'win32'": ["pywin32==306"]}
EXTRAS["test"] = ["pytest>=7"]
EXTRAS["all"] = EXTRAS["excel"] + ["xlrd"]


def hooks():
    return ["setuptools_scm<8"]


if True:
    REQUIRES.append("tomli")

setup(
    name="shop",
    version=VERSION,
    license="MIT",
    python_requires=">=3.8",
    packages=find_packages(),
    install_requires=REQUIRES,
    setup_requires=hooks(),
    tests_require="""
        coverage==7.4.0
        # why not
        hypothesis
    """,
    extras_require=EXTRAS,
)
