require_relative "lib/shop/version"

Gem::Specification.new do |spec|
  spec.name = "shop"
  spec.version = Shop::VERSION
  spec.licenses = ["MIT", "Ruby"]
  spec.required_ruby_version = Gem::Requirement.new(">= 2.7")
  spec.add_dependency "rack", "~> 2.2", ">= 2.2.3"
  spec.add_runtime_dependency(%q<json>.freeze, ["= 2.6.3"])
  spec.add_development_dependency("minitest", "5.18.0") # how it is tested
  spec.add_dependency NAMES.first
end
