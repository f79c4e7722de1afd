# -*- encoding: utf-8 -*-
# stub: thor 1.2.2 ruby lib

Gem::Specification.new do |s|
  s.name = "thor".freeze
  s.version = "1.2.2"

  s.required_rubygems_version = Gem::Requirement.new(">= 1.3.5".freeze) if s.respond_to? :required_rubygems_version=
  s.authors = ["Somebody".freeze]
  s.licenses = ["MIT".freeze]

  if s.respond_to? :specification_version then
    s.specification_version = 4
  end

  if s.respond_to? :add_runtime_dependency then
    s.add_development_dependency(%q<bundler>.freeze, [">= 1.0", "< 3"])
  else
    s.add_dependency(%q<bundler>.freeze, [">= 1.0", "< 3"])
  end
end
