"""Human evaluation: people say how alike the songs and pictures of pairs feel, and do not know which pairs are which.

`design` is what a study asks for, `selection` draws its pairs, `key` is what the researcher keeps, `answers` what
participants hand in; `score` puts the measures together: `reliability`, `preference`, `rank_correlation`, `repetition`.
"""
