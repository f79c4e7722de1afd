// swift-tools-version:5.9
import PackageDescription

let package = Package(
    name: "Shop",
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.0.0"),
        .package(url: "https://github.com/vapor/vapor", exact: "4.89.0"),
        .package(url: "https://github.com/apple/swift-log", .upToNextMajor(from: "1.4.0")),
        .package(url: "https://github.com/a/between", "1.2.3"..<"1.2.6"),
        .package(name: "Old", url: "https://github.com/a/old.git", .exact("0.9.1")),
        .package(url: "https://user:pw@github.com/a/edge.git", branch: "main"),
        .package(url: "https://github.com/a/pinned.git", .revision("e74b07278b926c9ec6f9643455ea00d1ce04a021")),
        // .package(url: "https://github.com/a/commented", from: "1.0.0"),
        .package(id: "mona.LinkedList", from: "1.0.0"),
        .package(path: "../Near"),
    ],
    targets: [
        .target(name: "Shop", dependencies: [.product(name: "NIO", package: "swift-nio")])
    ]
)
