"""Draw the page's icons that browsers want as PNG, from `icon.svg`.

Run by hand when the icon changes: `python frontend/scripts/draw_icons.py`.
"""

from pathlib import Path

import resvg_py

PUBLIC = Path(__file__).parent.parent / "public"
CORNERS = ' rx="9"'
"""Phones cut the corners themselves: what they cut is drawn to its edges."""


def main() -> None:
    """Write `frontend/public/icons/`."""
    icon = (PUBLIC / "icon.svg").read_text("utf-8")
    full = icon.replace(CORNERS, "")
    # Of a maskable icon only the middle four fifths are sure to be seen.
    head, drawn = full.split("<path", 1)
    middle = f'{head}<g transform="translate(3.2 3.2) scale(.8)"><path{drawn}'
    maskable = middle.replace("</svg>", "</g></svg>")
    (PUBLIC / "icons").mkdir(exist_ok=True)
    for name, svg, side in (
        ("192", icon, 192),
        ("512", icon, 512),
        ("maskable", maskable, 512),
        ("apple", full, 180),
    ):
        png = bytes(resvg_py.svg_to_bytes(svg_string=svg, width=side, height=side))
        (PUBLIC / f"icons/{name}.png").write_bytes(png)


if __name__ == "__main__":
    main()
