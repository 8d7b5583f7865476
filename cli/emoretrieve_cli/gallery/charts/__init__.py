"""Charts of a report as SVG that stands inside a page, drawn by Vega-Lite (altair, vl-convert); loaded with a report.

Colours of the page are its CSS variables, so that a chart is dark where the page is dark.
"""
