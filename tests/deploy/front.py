"""The nginx example as it stands in deploy/, moved into a folder and onto free ports, and really run."""

import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.processes.running import ROOT, free_port, taken, wait_for

EXAMPLE = ROOT / "deploy" / "nginx"
MAIN = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log info;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/clipdeck.conf;
}}
"""


class Front:
    """nginx with the example's configuration, moved into a folder and onto free ports."""

    def __init__(self, folder: Path, upstream: int) -> None:
        self.folder, self.plain, self.tls = folder, free_port(), free_port()
        self.certificate = certificate(folder / "tls")
        for file in EXAMPLE.glob("clipdeck*.conf"):
            (folder / file.name).write_text(self._moved(file.read_text(), upstream))
        (folder / "nginx.conf").write_text(MAIN.format(folder=folder))
        nginx = shutil.which("nginx") or "/usr/sbin/nginx"
        self.process = subprocess.Popen([nginx, "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log"])
        wait_for(lambda: taken(self.tls))

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.tls}"

    def close(self) -> None:
        self.process.terminate()
        assert self.process.wait(10) == 0

    def _moved(self, text: str, upstream: int) -> str:
        text = text.replace("/etc/nginx/", f"{self.folder}/").replace("/var/log/nginx/", f"{self.folder}/")
        text = re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.MULTILINE)
        text = text.replace("listen 80;", f"listen 127.0.0.1:{self.plain};")
        text = text.replace("listen 443 ssl;", f"listen 127.0.0.1:{self.tls} ssl;")
        return re.sub(r"server 127\.0\.0\.1:8000;\n *server 127\.0\.0\.1:8001;", f"server 127.0.0.1:{upstream};", text)


def certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that is good for a day."""
    folder.mkdir()
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "panel.example.com")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    form = serialization.Encoding.PEM
    private = key.private_bytes(form, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "privkey.pem").write_bytes(private)
    (folder / "fullchain.pem").write_bytes(made.public_bytes(form))
    return folder / "fullchain.pem"
