plugins {
    kotlin("jvm") version "1.9.22"
    id("io.ktor.plugin") version "2.3.7"
    id("com.google.devtools.ksp").version("1.9.22-1.0.17")
    alias(libs.plugins.versions)
    `java-library`
}

val ktorVersion = "2.3.7"
val logback by extra("1.4.14")
extra["okio"] = "3.7.0"
val exposedVersion: String by project

dependencies {
    implementation("io.ktor:ktor-server-core:$ktorVersion")
    implementation("ch.qos.logback:logback-classic:$logback")
    implementation("com.squareup.okio:okio:${property("okio")}")
    implementation(kotlin("stdlib", "1.9.22"))
    implementation(kotlin("reflect"))
    implementation(group = "com.google.inject", name = "guice", version = "7.0.0")
    implementation("org.apache.commons", "commons-text", "1.10.0")
    "developmentOnly"("org.springframework.boot:spring-boot-devtools:3.2.2")
    add("ksp", "com.squareup.moshi:moshi-kotlin-codegen:1.15.0")
    testImplementation(platform("org.junit:junit-bom:5.10.1"))
    constraints {
        implementation("org.apache.logging.log4j:log4j-core:2.17.1") {
            because("CVE-2021-44228")
        }
    }
    implementation("org.jetbrains.exposed:exposed-core:$exposedVersion")
}

kotlin {
    sourceSets {
        commonTest.dependencies {
            implementation("io.mockk:mockk:1.13.9")
        }
    }
}
