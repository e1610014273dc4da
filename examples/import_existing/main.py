"""A purpose that somebody made in Immuta's web interface, brought under code without touching it.

`import_from` takes what a person knows: the purpose's name. `cdktf deploy --skip-provider-lock` writes it into
Terraform's state; from then on it is like any other, and the `import_from` line may go.
"""

from cdktf import App, TerraformStack
from immuta_constructs import ImmutaProvider, Purpose

app = App()
stack = TerraformStack(app, "import-existing")
ImmutaProvider(stack, "immuta")

legal_hold = Purpose(stack, "legal-hold", name="Legal hold", description="Kept until the case is closed")
legal_hold.import_from("Legal hold")

app.synth()
