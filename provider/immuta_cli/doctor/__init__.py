"""`immuta-tf doctor`: looks at everything that a deployment needs, and says for each what to type where it is amiss.

A set-up fails in places that tell little: Terraform hides a provider's stderr, the CDK shows a stack trace of node.
Each module here looks at one of these places by itself, so that its answer does not depend on where the failure shows.
"""
