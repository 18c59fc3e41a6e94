"""PromQL that several ask."""


def quantile(share: float, metric: str, over: str) -> str:
    """Return a quantile of a histogram over a range, as `[5m]`, of each server by itself.

    A slow one is not to be lost among quick ones.
    """
    return f"histogram_quantile({share}, sum by (instance, le) (rate({metric}_bucket{over})))"
