object foo extends ScalaModule { def scalaVersion = "3.2.2"
  def ivyDeps = Agg(ivy"com.lihaoyi::upickle:3.0.0", ivy"org.x:y:1.0;classifier=z", ivy"a.b::c::1.2") }
