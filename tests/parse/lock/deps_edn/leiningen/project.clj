(defproject com.example/shop "0.1.0"
  :description "a [shop \"1.0\"]"
  :dependencies [[org.clojure/clojure "1.10.3"]
                 [cheshire "5.12.0" :exclusions [com.fasterxml.jackson.core/jackson-core]]]
  :plugins [[lein-ring "0.12.6"]]
  :profiles {:dev {:dependencies [[midje "1.10.10"]]}})
