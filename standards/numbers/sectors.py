"""Letters of the Chinese sector standards, as the ministries and administrations use them."""

_LETTERS = (
    # Industry and information technology: aviation, building materials, chemicals, electronics, light industry,
    # machinery, metallurgy, nuclear, ordnance, packaging, petrochemicals, rare earth, ships, space, telecommunication.
    "BB CB EJ FZ HB HG JB JC QB QC QJ SH SJ TJ WJ XB YB YD YS",
    # Energy, mines, geology, land, sea, water, weather, earthquakes, environment, forests.
    "DB DL DZ HJ HY KA LY MT NB QX SL SY TD",
    # Farming, food, health, medicine, tobacco.
    "LS NY SC WS YC YY ZY",
    # Building, transport, post, emergency, fire, safety, public security, justice, civil defence.
    "AQ CJ CJJ GA JG JGJ JT JTG JTJ MH RF SF TB XF YJ YZ",
    # Archives, certification, civil affairs, culture, education, film, finance, labour, press, relics, sport, tourism.
    "CH CY DA DY GY JR JY LB LD MZ RB TY WH WW",
    # Trade, customs, inspection, grain, intellectual property, market, prices, supply, tax, cryptography, metrology.
    "GC GD GH GM HS JJF JJG MR SB SN SW TSG WB WM ZC",
)
SECTOR_CODES = frozenset(code for letters in _LETTERS for code in letters.split())
