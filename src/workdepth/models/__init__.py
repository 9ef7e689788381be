"""The two machines, the conventions, and the analysis that joins them."""

from workdepth.models.analysis import Analysis, Cost, analyze_algorithm
from workdepth.models.conventions import CHOICES, Conventions, every_convention
from workdepth.models.figure import Figure

__all__ = ["CHOICES", "Analysis", "Conventions", "Cost", "Figure", "analyze_algorithm", "every_convention"]
