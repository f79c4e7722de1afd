ThisBuild / scalaVersion := "2.13.10"
val akkaVersion = "2.6.20"
lazy val root = (project in file("."))
  .settings(
    name := "x", // "c" % "d" % "1"
    libraryDependencies ++= Seq(
      "com.typesafe.akka" %% "akka-actor" % akkaVersion,
      "com.typesafe.akka" %% "akka-testkit" % akkaVersion % Test,
      "ch.qos.logback" % "logback-classic" % "1.2.11" % "runtime",
      "org.scalatest" %%% "scalatest" % "3.2.15" % "test,it" cross CrossVersion.full,
      "javax.servlet" % "servlet-api" % "2.5" % Provided,
      "a.b" % "c" % Versions.c exclude("x", "y")
    ),
    libraryDependencies += "org.typelevel" %% "cats-core" % "2.9.0"
  )
