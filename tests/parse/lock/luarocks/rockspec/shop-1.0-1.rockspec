package = "shop"
version = "1.0-1"
source = { url = "git://github.com/me/shop" }
description = {
   summary = [[A shop, with "quotes"]],
   license = "MIT/X11",
}
--[[ dependencies = { "commented" } ]]
dependencies = {
   "lua >= 5.1, < 5.5",
   "luasocket ~> 3.0",
   "penlight == 1.13.1-1",
   "say 1.4.1",
   platforms = { windows = { "winapi" } },
}
build_dependencies = { "luarocks-build-rust" }
test_dependencies = { "busted >= 2" }
build = { type = "builtin", modules = { shop = "shop.lua" } }
