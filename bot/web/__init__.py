"""The HTTP server: webhook, health, readiness, metrics."""

from bot.web.app import create_app, create_probes
from bot.web.metrics import PrometheusMetrics
from bot.web.server import serve

__all__ = ["PrometheusMetrics", "create_app", "create_probes", "serve"]
