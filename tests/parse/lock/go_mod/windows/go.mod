module example.com/tiny

go 1.12
require rsc.io/quote v1.5.2 // indirect
