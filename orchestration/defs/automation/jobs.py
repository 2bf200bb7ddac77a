"""The one job: the whole graph."""

import dagster as dg

everything = dg.define_asset_job("everything", selection=dg.AssetSelection.all(), tags={"kliping/lock": "data"})
