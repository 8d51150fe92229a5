"""Sessions are made once and used again, and tried on every device."""

from netbuilder.engine import devices
from netbuilder.engine.devices import Device
from netbuilder.orders import Orders
from netbuilder.spec.plain import to_plain
from netbuilder.worker import jobs
from netbuilder.worker.jobs import Job


def test_a_run_has_a_price_on_each_device(small_project, monkeypatch):
    one = Device("cpu", "CPU", "/CPU:0")
    monkeypatch.setattr(devices, "devices", lambda: (one, Device("gpu:0", "another", "/CPU:0")))
    monkeypatch.setattr(jobs._Memory, "sessions", jobs.Sessions())
    job = Job(1, lambda: False, Orders(), lambda *_given, **_named: None, lambda _after: None)
    body = jobs.do("prepare", job, {"project": to_plain(small_project)})
    assert [price.device.name for price in body["prices"]] == ["gpu:0", "cpu"]  # "auto" takes the GPU
    assert all(price.epoch > 0 for price in body["prices"])
    assert body["sessions"] == 2
