"""Real servers that speak the neighbours' own contracts: for the demo, the journeys, the load test and suppliers."""

from gemeentelijke_koppelingen.simulatoren.config import DemoProduct, PostbusConfig, SimulatorConfig, WorldlineConfig
from gemeentelijke_koppelingen.simulatoren.serving import RunningSimulators, serve_simulators, start_simulators

__all__ = [
    "DemoProduct",
    "PostbusConfig",
    "RunningSimulators",
    "SimulatorConfig",
    "WorldlineConfig",
    "serve_simulators",
    "start_simulators",
]
