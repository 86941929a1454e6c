"""Certificates for servers of a test's own, made by the openssl command."""
import os
import pathlib
import ssl
import subprocess

AUTHORITY = """[ca]
default_ca = self
[self]
database = {folder}/index
new_certs_dir = {folder}
default_md = sha256
rand_serial = yes
policy = names
x509_extensions = more
[names]
commonName = supplied
[more]
basicConstraints = critical, CA:true
subjectAltName = DNS:localhost, IP:127.0.0.1
"""


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


class Pair:
    """A certificate for localhost, signed by itself, and its key, in files."""

    def __init__(self, folder):
        self.folder = str(folder)
        self.certificate, self.key = pathlib.Path(folder, "cert.pem"), pathlib.Path(folder, "key.pem")
        self.make()

    def make(self, name="localhost", until="20991231235959Z"):
        """Replaces both as programs do that renew certificates: under another name, then renamed."""
        config, request, key, made = (f"{self.folder}/{part}" for part in ("ca.conf", "request", "key.new", "cert.new"))
        pathlib.Path(config).write_text(AUTHORITY.format(folder=self.folder), encoding="utf-8")
        pathlib.Path(self.folder, "index").write_text("", encoding="utf-8")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
                "-keyout", key, "-out", request)
        openssl("ca", "-batch", "-selfsign", "-notext", "-config", config, "-keyfile", key,
                "-in", request, "-out", made, "-startdate", "20200101000000Z", "-enddate", until)
        os.replace(key, self.key)
        os.replace(made, self.certificate)

    def flags(self):
        return ["--server.tls_certificate", str(self.certificate), "--server.tls_key", str(self.key)]

    def trusted(self):
        return ssl.create_default_context(cafile=str(self.certificate))


LEAF = AUTHORITY.replace("basicConstraints = critical, CA:true\nsubjectAltName = DNS:localhost, IP:127.0.0.1",
                         "basicConstraints = CA:false\nsubjectAltName = {names}")


class Identity:
    """A certificate that an authority issued, its key, and the certificates of those whom its owner believes."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.certificate, self.key, self.authorities = (self.folder / name
                                                        for name in ("cert.pem", "key.pem", "authorities.pem"))

    def believe(self, *authorities):
        text = "".join(one.certificate.read_text(encoding="utf-8") for one in authorities)
        new = self.folder / "authorities.new"
        new.write_text(text, encoding="utf-8")
        os.replace(new, self.authorities)
        return self


class Authority:
    """Issues certificates that only those believe who know it."""

    def __init__(self, folder):
        self.pair = Pair(folder)
        self.folder, self.certificate = self.pair.folder, self.pair.certificate

    def issue(self, folder, name="gochat", until="20991231235959Z", names=None):
        """Into a folder, over what was there; the owner believes this authority."""
        identity = Identity(folder)
        identity.folder.mkdir(exist_ok=True)
        config, request, key, made = (f"{folder}/{part}" for part in ("leaf.conf", "request", "key.new", "cert.new"))
        pathlib.Path(config).write_text(LEAF.format(folder=folder, names=names or f"DNS:{name}"), encoding="utf-8")
        pathlib.Path(folder, "index").write_text("", encoding="utf-8")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
                "-keyout", key, "-out", request)
        openssl("ca", "-batch", "-notext", "-config", config, "-cert", self.certificate, "-keyfile", self.pair.key,
                "-in", request, "-out", made, "-startdate", "20200101000000Z", "-enddate", until)
        os.replace(key, identity.key)
        os.replace(made, identity.certificate)
        return identity.believe(self)
