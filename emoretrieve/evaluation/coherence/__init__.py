"""Whether captions belong to their songs and pictures, as models see it that know both (the paper's Tables III, IV)."""
