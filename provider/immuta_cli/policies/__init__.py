"""`immuta-tf policy`: what a tenant has exported, in sentences (`explain`) and as code (`convert`).

The way of a policy: `sources` finds the files, `documents` reads YAML and JSON, `payload` and its neighbours turn a V2
payload into the attributes of our resources, `checking` asks the provider whether it takes them; then either the
sentences are printed, or `python_code` or `hcl` writes them as code.
"""
