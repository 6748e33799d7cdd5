"""Stand-ins for packages that a recognizer imports and this check doesn't need, for what isn't installed only."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
from types import ModuleType
from typing import Any, List, Sequence

#: What was replaced in this process.
REPLACED: List[str] = []


class _AnyName(type):
    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return cls(name)


class StandIn(metaclass=_AnyName):
    """Takes any call and any attribute, and can be iterated over what it was made with."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._args = args

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return StandIn(*args)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return StandIn()

    def __iter__(self) -> Any:
        return iter(self._args[0] if self._args else ())


class StandInModule(ModuleType):
    """A module all of whose names are classes that do nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        kind = type(name, (StandIn,), {"__module__": self.__name__})
        setattr(self, name, kind)
        return kind


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, packages: Sequence[str]) -> None:
        self._packages = packages

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:
        if fullname.split(".")[0] in self._packages:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: Any) -> ModuleType:
        return StandInModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__.setdefault("__version__", "0.0.0")


def install(*packages: str) -> None:
    """Makes each of these packages importable: itself where it is installed, else a stand-in."""
    missing = [name for name in packages if importlib.util.find_spec(name) is None]
    if missing:
        REPLACED.extend(missing)
        sys.meta_path.append(_Finder(missing))


def stay_on_cpu() -> None:
    """Makes `.cuda()` give tensor and module as they are, and `device_ids` harmless."""
    import torch

    def same(self: Any, *args: Any, **kwargs: Any) -> Any:
        return self

    torch.Tensor.cuda = same  # type: ignore[method-assign]
    torch.nn.Module.cuda = same  # type: ignore[method-assign,assignment]
    torch.cuda.current_device = lambda: 0  # type: ignore[assignment]


def restore_numpy_names() -> None:
    """Puts back the names that NumPy 1.24 dropped."""
    import numpy as np

    for name, kind in (("int", int), ("float", float), ("bool", bool), ("object", object)):
        if name not in np.__dict__:
            setattr(np, name, kind)
