"""Training: rows of features, or inputs of backbones, to a network of one head a modality.

    settings = TrainingSettings(loss=LossOptions("elk", sliced_weight=1.0), steps=2000, seed=0)
    trained = train(triplets, validation, settings)       # trainer.py tells the story
    trained.network, trained.best_mrr, trained.history

Everything random follows from the seed and the number of the step, so a run that was stopped and resumed is, bit for
bit, the run that was not.
"""
