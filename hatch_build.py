"""Takes LiteRT's WebAssembly into the package when it is built, for web exports."""

import importlib.util
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WebRuntimeHook(BuildHookInterface):
    """Fetches the runtime before a wheel is built; without a network the build goes on."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        script = Path(self.root, "scripts", "release", "web_runtime.py")
        specification = importlib.util.spec_from_file_location("web_runtime", script)
        if not (specification and specification.loader and script.is_file()):
            return
        web_runtime = importlib.util.module_from_spec(specification)
        specification.loader.exec_module(web_runtime)

        try:
            web_runtime.fetch()
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            self.app.display_warning(
                f"Expected {web_runtime.PACKAGE} from npm. Received: {error} "
                "The package is built without it: seq2seq export --format web will not work."
            )
