"""The numbers that the paper prints (`000_149f8e7991d5882e`), digit by digit, and the rows of its tables."""

from __future__ import annotations

LENGTH_ROWS = (
    "Max Description Length",
    "Min Description Length",
    "Mean Description Length",
    "Descriptions > Mean Length",
    "Descriptions < Mean Length",
    "Descriptions = Mean Length",
    "Total Descriptions Count",
    "Complete Descriptions",
    "Incomplete Descriptions",
)
TABLE_1 = {
    "Total Audios": ("265", "38", "83.56", "44", "56", "0", "100", "0", "100"),
    "Agg. Audio Fragments": ("436", "68", "105.90", "36", "64", "0", "100", "0", "100"),
}
TABLE_2 = {
    "Total Images": ("430", "273", "388.63", "66", "34", "0", "100", "46", "54"),
    "Agg. Image Fragments": ("816", "369", "492.87", "36", "64", "0", "100", "100", "0"),
}

SCORE_ROWS = ("Number of Pairs", "Mean", "Median", "Standard Deviation", "Min", "Max")
TABLE_3 = {
    "Total Audios": ("100", "0.3051", "0.2970", "0.0875", "0.0597", "0.5060"),
    "Agg. Audio Fragments": ("100", "0.2789", "0.2870", "0.1134", "-0.0448", "0.4834"),
}
TABLE_4 = {
    "Total Images": ("100", "0.3101", "0.3149", "0.0356", "0.2113", "0.3998"),
    "Agg. Image Fragments": ("100", "0.3039", "0.3017", "0.0379", "0.1879", "0.3911"),
}

PAIR_ROWS = (
    "Total Songs",
    "Total Images",
    "Pairings Made",
    "Unpaired Songs",
    "Unpaired Images",
    "Average Similarity",
    "Maximum Similarity",
    "Minimum Similarity",
)
TABLE_5 = ("100", "100", "100", "0", "0", "0.9214", "0.9987", "0.4016")

IMAGEBIND_ROWS = ("Number of Pairs Processed", "Skipped Pairs", "Mean", "Median", "Standard Deviation", "Min", "Max")
TABLE_6 = ("100", "0", "0.0366", "0.0289", "0.0597", "-0.0859", "0.2045")
