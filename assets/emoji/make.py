#!/usr/bin/env python3
"""Makes assets/emoji.ttf of Noto Color Emoji: emoji.py NotoColorEmoji.ttf emoji.ttf

The pictures are made smaller (the original has one size, 136 pixels wide, 11 MB), and what few people write goes: groups of people
with a colour of skin for each of them, and the flags of regions. Needs Debian's python3-fonttools, python3-pil and
libdeflate-tools.
"""
import io
import struct
import subprocess
import sys
import zlib

from fontTools import subset
from fontTools.ttLib import TTFont
from PIL import Image

PPEM = 48  # of the pictures; a line of text on a screen with double resolution takes about 40
COLOURS = 48
SKIN = {0x1F3FB, 0x1F3FC, 0x1F3FD, 0x1F3FE, 0x1F3FF}



def png(picture):
    """A picture of few colours as a PNG. Pillow's has unused colours and opacities, and is packed less well: a seventh larger."""
    pixels = [p if p[3] else (0, 0, 0, 0) for p in picture.convert("RGBA").getdata()]
    colours = sorted(set(pixels), key=lambda p: (p[3] == 255, p))
    number = {p: i for i, p in enumerate(colours)}
    width = picture.width
    rows = b"".join(b"\0" + bytes(number[p] for p in pixels[i : i + width]) for i in range(0, len(pixels), width))
    packed = subprocess.run(["libdeflate-gzip", "-12", "-c"], input=rows, stdout=subprocess.PIPE, check=True).stdout
    packed = b"\x78\xda" + packed[10:-8] + struct.pack(">I", zlib.adler32(rows))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    opacities = bytes(p[3] for p in colours if p[3] != 255)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, picture.height, 8, 3, 0, 0, 0))
        + chunk(b"PLTE", b"".join(bytes(p[:3]) for p in colours))
        + (chunk(b"tRNS", opacities) if opacities else b"")
        + chunk(b"IDAT", packed)
        + chunk(b"IEND", b"")
    )


source, target = sys.argv[1:]
font = TTFont(source)
code = {name: point for point, name in font.getBestCmap().items()}


def unusual(first, rest):
    points = [code.get(g, 0) for g in [first, *rest]]
    return sum(p in SKIN for p in points) > 1 or any(0xE0000 <= p <= 0xE007F for p in points)


for lookup in font["GSUB"].table.LookupList.Lookup:
    for table in lookup.SubTable:
        table = getattr(table, "ExtSubTable", table)
        if not hasattr(table, "ligatures"):
            continue
        for first in list(table.ligatures):
            kept = [l for l in table.ligatures[first] if not unusual(first, l.Component)]
            if kept:
                table.ligatures[first] = kept
            else:
                del table.ligatures[first]

options = subset.Options()
options.layout_features = ["*"]
options.name_IDs = ["*"]
options.notdef_outline = True
subsetter = subset.Subsetter(options)
# Without the space, which is as wide as an emoji.
subsetter.populate(unicodes=[p for p in font.getBestCmap() if p != 0x20 and not 0xE0000 <= p <= 0xE007F and p < 0xF0000])
subsetter.subset(font)

cblc, cbdt = font["CBLC"], font["CBDT"]
old = cblc.strikes[0].bitmapSizeTable.ppemY
scale = PPEM / old
for strike, data in zip(cblc.strikes, cbdt.strikeData):
    size = strike.bitmapSizeTable
    size.ppemX = size.ppemY = PPEM
    for line in (size.hori, size.vert):
        for field in ("ascender", "descender", "widthMax", "maxBeforeBL", "minAfterBL"):
            setattr(line, field, round(getattr(line, field) * scale))
    for glyph in data.values():
        m = glyph.metrics
        picture = Image.open(io.BytesIO(glyph.imageData)).convert("RGBA")
        width, height = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
        # Premultiplied while it is made smaller, so that no colour of invisible pixels bleeds in.
        small = picture.convert("RGBa").resize((width, height), Image.LANCZOS).convert("RGBA")
        small = small.quantize(COLOURS, method=Image.FASTOCTREE, dither=Image.Dither.NONE)
        glyph.imageData = png(small)
        m.width, m.height, m.Advance = width, height, round(m.Advance * scale)
        m.BearingX, m.BearingY = round(m.BearingX * scale), round(m.BearingY * scale)
    for table in strike.indexSubTables:
        if hasattr(table, "metrics"):
            m = table.metrics
            m.width, m.height = round(m.width * scale), round(m.height * scale)
            for field in ("horiBearingX", "horiBearingY", "horiAdvance", "vertBearingX", "vertBearingY", "vertAdvance"):
                setattr(m, field, round(getattr(m, field) * scale))
font.recalcTimestamp = False
font.save(target)
print(len(font.getGlyphOrder()), "glyphs")
