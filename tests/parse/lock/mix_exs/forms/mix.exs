defmodule Shop.MixProject do
  use Mix.Project

  def project do
    [app: :shop, version: "0.1.0", elixir: "~> 1.15", deps: deps(), aliases: aliases()]
  end

  # Not a dependency: {:jason, "1.0.0"}
  defp deps do
    [
      {:phoenix, "~> 1.7.10"},
      {:jason, "1.4.1"},
      {:ecto_sql, ">= 3.10.0 and < 4.0.0", override: true},
      {:renamed, "== 2.0.0", hex: :really_named},
      {:credo, "~> 1.7", only: [:dev, :test], runtime: false},
      {:mox, "~> 1.1", only: :test},
      {:esbuild, "~> 0.8", runtime: Mix.env() == :dev},
      {:gettext, "~> 0.20", [optional: true]},
      {:heroicons, github: "tailwindlabs/heroicons", tag: "v2.1.1", app: false, compile: false},
      {:bare, git: "https://token@example.com/bare.git", branch: "main"},
      {:core, in_umbrella: true},
      {:near, path: "../near"}
    ]
  end

  defp aliases, do: [setup: ["deps.get", {:other, "text of no version"}]]
end
