// The shop.
module example.com/shop // Deprecated: use another

go 1.21

toolchain go1.21.3

require github.com/one/single v1.2.3

require (
	github.com/two/direct v0.0.0-20230101120000-abcdef123456
	"github.com/quoted/name" v2.0.0+incompatible
	golang.org/x/tools v0.13.0 // indirect
	github.com/Upper/Case/v3 v3.0.0-rc.1 // indirect; a reason
	github.com/moved/old v1.0.0
	github.com/local/lib v1.1.0
	github.com/pinned/one v1.4.0
	github.com/branch/one master
)

replace (
	github.com/moved/old => github.com/moved/new v1.5.0
	github.com/local/lib v1.1.0 => ../lib
	github.com/pinned/one v1.3.0 => github.com/pinned/other v9.9.9
)

replace github.com/not/required => github.com/else/where v1.0.0

exclude github.com/one/single v1.2.2

retract [v1.0.0, v1.0.5] // wrong

tool golang.org/x/tools/cmd/stringer

surprise github.com/a/b v1.0.0
