# Package
version       = "0.1.0"
author        = "me"
license       = "MIT"
srcDir        = "src"

requires "nim >= 1.6.0", "jester >= 0.5.0"
requires "chronos#v4.0.0"
requires("bearssl == 0.2.1")
requires @["stew", "results >= 0.4, faststreams"]
requires "https://github.com/status-im/nim-secp256k1.git#fd173fdff863ce2e211cf64c9a03bc7539fe40b0"
# requires "commented"
when defined(windows):
  requires "winim"

taskRequires "test", "unittest2 >= 0.2"

task docs, "Make the docs":
  exec "nim doc src/shop.nim"
