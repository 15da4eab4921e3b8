"""How the tests' Dovecot is set up: everything in one folder, under one user who is not root."""

from __future__ import annotations

import grp
import os
import pwd
from collections.abc import Mapping
from typing import TYPE_CHECKING

from tests.servers import cluster

if TYPE_CHECKING:
    from tests.servers.dovecot import ImapServer

MAIN = """\
base_dir = {folder}/base
state_dir = {folder}/base
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{folder}/mail/%u
mail_fsync = never
mail_max_userip_connections = 100
ssl = yes
ssl_cert = <{folder}/trusted.pem
ssl_key = <{folder}/trusted.pem
disable_plaintext_auth = no
auth_mechanisms = plain xoauth2 oauthbearer
auth_failure_delay = 0
passdb {{
  driver = dict
  mechanisms = plain
  args = {folder}/passwords.conf
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/tokens.conf
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    special_use = \\Sent
    auto = create
  }}
  mailbox Junk {{
    special_use = \\Junk
    auto = create
  }}
  mailbox Trash {{
    special_use = \\Trash
    auto = create
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    address = 127.0.0.1 {others}
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""
OTHER = """\
local {address} {{
  ssl_cert = <{folder}/{name}.pem
  ssl_key = <{folder}/{name}.pem
}}
"""
PASSWORDS = """\
uri = fs:posix:prefix={folder}/users/
key passdb {{
  key = %u
  format = json
}}
passdb_objects = passdb
"""
TOKENS = """\
introspection_url = {tokens}
introspection_mode = post
username_attribute = user
"""


def write(server: ImapServer, addresses: Mapping[str, str]) -> None:
    """dovecot.conf and what it includes; `addresses`: further address → its certificate's name."""
    owner = cluster.unprivileged() or pwd.getpwuid(os.geteuid())
    filled = {
        "folder": server.folder,
        "user": owner.pw_name,
        "group": grp.getgrgid(owner.pw_gid).gr_name,
        "uid": owner.pw_uid,
        "gid": owner.pw_gid,
        "port": server.port,
        "tls_port": server.tls_port,
        "others": " ".join(addresses),
        "tokens": server.tokens.url,
    }
    others = (OTHER.format(address=a, name=n, **filled) for a, n in addresses.items())
    for name, text in (
        ("dovecot.conf", MAIN.format(**filled) + "".join(others)),
        ("passwords.conf", PASSWORDS.format(**filled)),
        ("tokens.conf", TOKENS.format(**filled)),
    ):
        (server.folder / name).write_text(text)
