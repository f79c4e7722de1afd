module example.com/new

go 1.17

require github.com/one/single v1.2.3
