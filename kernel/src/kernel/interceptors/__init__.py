"""What stands around every call: identity, access, typed errors, traces and metrics."""

from kernel.interceptors.call import current_caller
from kernel.interceptors.certificates import Certificates
from kernel.interceptors.edge import Edge
from kernel.interceptors.gate import Gate

__all__ = ["Certificates", "Edge", "Gate", "current_caller"]
