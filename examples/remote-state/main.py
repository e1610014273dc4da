"""A state that a team shares: it lies in PostgreSQL, and whoever deploys while somebody else does has to wait.

`README.md` beside this file says how to run it against a PostgreSQL of yours. Where that is, and the password, come
from PG_CONN_STR; neither stands in this file or in what it writes.
"""

from cdktf import App, PgBackend, TerraformStack
from immuta_constructs import ImmutaProvider, Project, Purpose

app = App()
stack = TerraformStack(app, "remote-state")
PgBackend(stack, conn_str="", schema_name="immuta_governance")  # empty: Terraform takes it from PG_CONN_STR
ImmutaProvider(stack, "immuta")

billing = Purpose(stack, "billing", name="Billing", description="Invoices and what is needed to write them")
Project(stack, "invoices", project_key="invoice-quality", name="Invoice quality", purposes=[billing])

app.synth()
