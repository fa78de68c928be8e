"""Every thread gets a whole schema, also when many ask for theirs at the same moment in a fresh process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

# In a process of its own: lxml's loader can be taken away only the first time that two threads overlap.
PROCESS = """
import os, random, sys, threading, time
from lxml import etree
from betaalhub.resources import wsdl_path
from betaalhub.wire.contract_files import ContractFiles

contract = ContractFiles(wsdl_path("betaalhub-v1.wsdl"))
name = "{urn:betaalhub:berichten:v1}Controleer"

def fresh_process():
    unknown = []
    start = threading.Barrier(8)
    def first_request():
        start.wait()
        time.sleep(random.random() * 0.004)
        contract.validate(etree.fromstring("<a/>"))
        findings = contract.validate(etree.Element(name))
        unknown.extend(one for one in findings if one.code == "ELEMENT_ONVERWACHT")
    threads = [threading.Thread(target=first_request) for _ in range(8)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    os._exit(1 if unknown else 0)

broken = 0
for _ in range(60):
    child = os.fork()
    if child == 0:
        fresh_process()
    broken += os.waitpid(child, 0)[1] != 0
sys.exit(broken)
"""


def test_no_thread_gets_a_schema_with_a_part_left_out() -> None:
    top = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", PROCESS], cwd=top, timeout=120, check=False)
    assert done.returncode == 0, f"{done.returncode} of 60 processes had a thread with a broken schema"
