"""FLOPS's Tables 1 to 3 as printed, in tenths of a per cent, for claims that compare a sentence with a table.

Shapes    one row a method; Table 1: ImageNet, Caltech101, Food101, Flowers102, CIFAR10, CIFAR100, EuroSAT,
          for two networks; Table 2: ImageNet, Caltech101, Food101; Table 3: original, then Gaussian, uniform,
          Poisson, FGSM, I-FGSM, MI-FGSM, for three data sets.
Units     tenths of a per cent of accuracy.
"""

TABLE_1 = {
    ("base", "BP"): (805, 922, 924, 935, 963, 907, 919),
    ("base", "Mezo, 2 queries"): (93, 426, 373, 382, 421, 375, 398),
    ("base", "Mezo"): (548, 772, 767, 802, 844, 715, 784),
    ("base", "DeepZero"): (556, 784, 778, 784, 856, 702, 788),
    ("base", "LR"): (573, 855, 876, 865, 877, 808, 829),
    ("base", "OPS-SPSA"): (608, 873, 876, 856, 895, 822, 832),
    ("base", "OPS-LR"): (658, 889, 884, 916, 932, 887, 893),
    ("large", "BP"): (817, 934, 933, 942, 982, 935, 934),
    ("large", "Mezo, 2 queries"): (107, 456, 388, 405, 459, 383, 417),
    ("large", "Mezo"): (567, 788, 784, 785, 867, 743, 792),
    ("large", "DeepZero"): (564, 795, 789, 796, 863, 737, 801),
    ("large", "LR"): (582, 872, 877, 868, 884, 814, 857),
    ("large", "OPS-SPSA"): (622, 886, 881, 873, 913, 839, 876),
    ("large", "OPS-LR"): (676, 902, 895, 923, 955, 908, 901),
}
TABLE_2 = {
    "OPS-LR": (651, 905, 827),
    "OPS-SPSA": (642, 893, 815),
    "LR": (625, 874, 792),
    "SPSA": (607, 853, 776),
    "Manual Prompt": (579, 833, 764),
}
TABLE_3 = {
    ("ImageNet", "BP"): (805, 784, 659, 442, 152, 109, 99),
    ("ImageNet", "OPS-LR"): (658, 654, 654, 603, 345, 156, 138),
    ("ImageNet", "OPS-SPSA"): (608, 582, 593, 552, 337, 135, 123),
    ("Food101", "BP"): (924, 883, 847, 664, 196, 123, 105),
    ("Food101", "OPS-LR"): (884, 853, 821, 703, 372, 252, 186),
    ("Food101", "OPS-SPSA"): (876, 847, 803, 704, 364, 236, 153),
    ("CIFAR100", "BP"): (907, 838, 752, 435, 183, 93, 75),
    ("CIFAR100", "OPS-LR"): (887, 843, 776, 529, 254, 148, 123),
    ("CIFAR100", "OPS-SPSA"): (822, 793, 768, 482, 225, 138, 94),
}
