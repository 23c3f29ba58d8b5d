"""Analyses of code scanning, with their alerts."""

from github_simulator.base import SimulatorBase
from github_simulator.control_requests import RaiseAlert
from github_simulator.state import Alert


class Scanning(SimulatorBase):
    """Operations on code scanning. They send no deliveries."""

    def raise_alert(self, repository: str, number: int, order: RaiseAlert) -> Alert:
        """Adds an alert in the analysis of the pull's merge commit or head. Code scanning is enabled then."""
        pull, repo = self.world.pull(repository, number), self.world.repository(repository)
        repo.scanned = True
        alert = Alert(
            number=len(repo.alerts) + 1,
            tool=order.tool,
            rule=order.rule,
            description=order.description or order.message,
            severity=order.severity,
            security=order.security,
            ref=f"refs/pull/{pull.number}/{order.checked}",
            head=pull.head.sha,
            path=order.path,
            start=order.line,
            end=max(order.line, order.end or order.line),
            message=order.message,
            created=self.world.now(),
            state=order.state,
        )
        repo.alerts.append(alert)
        return alert
