"""What hearing looks at besides the case: directory, law, keys; nothing beside the kernel's."""

from kernel.service import Office

__all__ = ["Office"]
