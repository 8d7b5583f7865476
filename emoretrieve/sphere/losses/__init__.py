"""What a model of the hypersphere is trained with: L = L_C + lambda L_S, and the competitors PCME and MPC.

Every loss is a `torch.nn.Module` that is called like this, whatever it is:

    value = loss(batch, present)     # batch: modality -> distribution of the B rows; present: modality -> bool (B,)
    value.total.backward()           # a scalar tensor
    log(value.parts)                 # name -> scalar tensor, detached

- Row n of every modality belongs to item n: row n is the positive of row n, and all other rows are its negatives. A row
  whose `present` is False may hold anything finite: it counts nowhere and gets no gradient. A modality without any row
  present is allowed, and so is a batch in which no two modalities meet: its total is 0, with zero gradients.
- `loss.family` says what the heads must give: "vmf" a `VonMisesFisher` of batch shape (B,) and event shape (d,),
  "gaussian" a `Gaussian` of means (B, d), of length 1, and log variances (B, d).
- Learnable temperatures and scales are parameters of the loss: hand `loss.parameters()` to the optimiser and keep
  `loss.state_dict()` in the checkpoint. Random numbers come from torch's default generator of the device.
- `make_loss(LossOptions(...), dimension)` of `losses/making.py` makes one by its name.

Importing this package loads no torch; the modules in it do.
"""

from __future__ import annotations

from emoretrieve.sphere.losses.options import LOSSES, LossOptions

__all__ = ["LOSSES", "LossOptions"]
