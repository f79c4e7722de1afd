from conan import ConanFile


class Shop(ConanFile):
    """requires = "no/1.0" is a text."""

    name = "shop"
    requires = "boost/1.83.0", "fmt/10.1.1"
    tool_requires = ["ninja/1.11.1"]
    build_requires = (("cmake/3.27.1", "private"),)

    def requirements(self):
        self.requires("zlib/1.2.13", transitive_headers=True)
        # self.requires("commented/1.0")
        if self.settings.os == "Windows":
            self.requires("winpty/0.4.3")
        self.requires(f"made/{self.version}")

    def build_requirements(self):
        self.test_requires("gtest/1.14.0")
