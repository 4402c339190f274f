"""What stands around every call: identity, access, typed errors, traces and metrics."""

from kernel.interceptors.call import current_caller
from kernel.interceptors.edge import Edge
from kernel.interceptors.gate import Gate

__all__ = ["Edge", "Gate", "current_caller"]
