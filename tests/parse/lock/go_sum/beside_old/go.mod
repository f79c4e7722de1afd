module example.com/old

go 1.16

require github.com/one/single v1.2.3
