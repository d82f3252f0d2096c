CREATE TABLE `mod_terraform_files` (
  `path` varchar(190) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `content` mediumtext DEFAULT NULL,
  `folders` text NOT NULL,
  `created_at` datetime NOT NULL,
  PRIMARY KEY (`path`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO mod_terraform_files (content, created_at, folders, path) VALUES (NULL, NOW(), '["templates/twenty-one/modules","templates/twenty-one/modules/addons","templates/twenty-one/modules/addons/solusvm2","templates/twenty-one/modules/addons/solusvm2/post-pay"]', 'templates/twenty-one/modules/addons/solusvm2/post-pay/landing-page.tpl');
CREATE TABLE `mod_terraform_journal` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `created_at` datetime NOT NULL,
  `admin_id` varchar(20) NOT NULL,
  `ip` varchar(45) NOT NULL,
  `request_key` varchar(64) NOT NULL,
  `op` varchar(20) NOT NULL,
  `kind` varchar(40) NOT NULL,
  `object_id` varchar(96) NOT NULL,
  `row_before` mediumtext DEFAULT NULL,
  `row_after` mediumtext DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `object` (`kind`,`object_id`)
) ENGINE=InnoDB AUTO_INCREMENT=5 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO mod_terraform_journal (admin_id, created_at, id, ip, kind, object_id, op, request_key, row_after, row_before) VALUES ('1', NOW(), '1', '127.0.0.1', 'product_group', '2', 'create', 'upgrade-fixture-0001', '{"id":"2","name":"Kept group","slug":"kept-group","headline":"","tagline":"","order_form_template":"","disabled_gateways":[],"hidden":false,"order":2}', NULL);
INSERT INTO mod_terraform_journal (admin_id, created_at, id, ip, kind, object_id, op, request_key, row_after, row_before) VALUES ('1', NOW(), '2', '127.0.0.1', 'server', '1', 'create', '2e06701983ac0895be8119fc', '{"id":"1","name":"Kept server","hostname":"dcim.example.com","ip_address":"","assigned_ip_addresses":[],"monthly_cost":"0.00","noc":"","status_address":"","max_accounts":200,"module":"toplink_dcim","username":"","secure":false,"port":null,"default_for_module":false,"disabled":false,"nameservers":[],"password_fingerprint":"f9f67fae70a1aa50d25f879157865276","access_hash_fingerprint":"","toplink_dcim":null,"server_group_ids":[]}', NULL);
INSERT INTO mod_terraform_journal (admin_id, created_at, id, ip, kind, object_id, op, request_key, row_after, row_before) VALUES ('1', NOW(), '3', '127.0.0.1', 'server', '1', 'update', '9140fc036c0b2c6d73e266a3', '{"id":"1","name":"Kept server 2","hostname":"dcim.example.com","ip_address":"","assigned_ip_addresses":[],"monthly_cost":"0.00","noc":"","status_address":"","max_accounts":200,"module":"toplink_dcim","username":"","secure":false,"port":null,"default_for_module":false,"disabled":false,"nameservers":[],"password_fingerprint":"f9f67fae70a1aa50d25f879157865276","access_hash_fingerprint":"","toplink_dcim":null,"server_group_ids":[]}', '{"id":"1","name":"Kept server","hostname":"dcim.example.com","ip_address":"","assigned_ip_addresses":[],"monthly_cost":"0.00","noc":"","status_address":"","max_accounts":200,"module":"toplink_dcim","username":"","secure":false,"port":null,"default_for_module":false,"disabled":false,"nameservers":[],"password_fingerprint":"f9f67fae70a1aa50d25f879157865276","access_hash_fingerprint":"","toplink_dcim":null,"server_group_ids":[]}');
INSERT INTO mod_terraform_journal (admin_id, created_at, id, ip, kind, object_id, op, request_key, row_after, row_before) VALUES ('1', NOW(), '4', '127.0.0.1', 'landing_page', '1', 'update', '7745a6a277ab65e3b7ff5274', '{"id":"1","path":"templates/twenty-one/modules/addons/solusvm2/post-pay/landing-page.tpl","present":true,"managed":true,"content":"<h1>Cloud</h1>\\n"}', '{"id":"1","path":"templates/twenty-one/modules/addons/solusvm2/post-pay/landing-page.tpl","present":false,"managed":true,"content":null}');
CREATE TABLE `mod_terraform_requests` (
  `request_key` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `digest` char(64) NOT NULL,
  `answer` mediumtext NOT NULL,
  `created_at` datetime NOT NULL,
  PRIMARY KEY (`request_key`),
  KEY `created_at` (`created_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO mod_terraform_requests (answer, created_at, digest, request_key) VALUES ('{"id":"1","row":{"id":"1","name":"Kept server","hostname":"dcim.example.com","ip_address":"","assigned_ip_addresses":[],"monthly_cost":"0.00","noc":"","status_address":"","max_accounts":200,"module":"toplink_dcim","username":"","secure":false,"port":null,"default_for_module":false,"disabled":false,"nameservers":[],"password_fingerprint":"f9f67fae70a1aa50d25f879157865276","access_hash_fingerprint":"","toplink_dcim":null,"server_group_ids":[]},"hook_errors":[]}', NOW(), '883d1d96681e0d7d308fbecf2b9d5f52f7f800c49489bbc4347ff9346cbd5808', '2e06701983ac0895be8119fc');
INSERT INTO mod_terraform_requests (answer, created_at, digest, request_key) VALUES ('{"row":{"id":"1","path":"templates/twenty-one/modules/addons/solusvm2/post-pay/landing-page.tpl","present":true,"managed":true,"content":"<h1>Cloud</h1>\\n"},"hook_errors":[]}', NOW(), 'd672b5f82e5213f5bd588c703192bf4258b98cc9081d6619284988812b0878dc', '7745a6a277ab65e3b7ff5274');
INSERT INTO mod_terraform_requests (answer, created_at, digest, request_key) VALUES ('{"row":{"id":"1","name":"Kept server 2","hostname":"dcim.example.com","ip_address":"","assigned_ip_addresses":[],"monthly_cost":"0.00","noc":"","status_address":"","max_accounts":200,"module":"toplink_dcim","username":"","secure":false,"port":null,"default_for_module":false,"disabled":false,"nameservers":[],"password_fingerprint":"f9f67fae70a1aa50d25f879157865276","access_hash_fingerprint":"","toplink_dcim":null,"server_group_ids":[]},"hook_errors":[]}', NOW(), '64f75a91675b4efa1bb4a5f7d1e795775e6c1750d944938b5980e7cc6ebcd5ad', '9140fc036c0b2c6d73e266a3');
INSERT INTO mod_terraform_requests (answer, created_at, digest, request_key) VALUES ('{"id":"2","row":{"id":"2","name":"Kept group","slug":"kept-group","headline":"","tagline":"","order_form_template":"","disabled_gateways":[],"hidden":false,"order":2},"hook_errors":[]}', NOW(), 'a2aa78ea39e8235018d07897f136261808c163c772f36d025f04f90717783142', 'upgrade-fixture-0001');
CREATE TABLE `mod_terraform_settings` (
  `name` varchar(64) NOT NULL,
  `value` text NOT NULL,
  PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO mod_terraform_settings (name, value) VALUES ('codec.product_group.name', 'entity');
INSERT INTO mod_terraform_settings (name, value) VALUES ('codec.server.hostname', 'entity');
INSERT INTO mod_terraform_settings (name, value) VALUES ('codec.server.name', 'entity');
INSERT INTO mod_terraform_settings (name, value) VALUES ('installation', 'cb2fe057-7e36-45da-869c-7af3de94d8de https://billing.example.com');
INSERT INTO mod_terraform_settings (name, value) VALUES ('pepper', '93a391f978ad7a0861b08074e3a90f2ef9304bca93933be85af5887dcf887970');
INSERT INTO mod_terraform_settings (name, value) VALUES ('tables_version', '1');
INSERT INTO mod_terraform_settings (name, value) VALUES ('texts.tblproductgroups', '{"product_group.name":{"entity":1,"bare":null,"last":1,"since":1796018242},"product_group.headline":{"entity":1,"bare":null,"last":1,"since":1796018242},"product_group.tagline":{"entity":null,"bare":null,"last":1,"since":1796018242}}');
INSERT INTO mod_terraform_settings (name, value) VALUES ('texts.tblservers', '{"server.name":{"entity":null,"bare":null,"last":0,"since":1796018243},"server.hostname":{"entity":null,"bare":null,"last":0,"since":1796018243},"server.noc":{"entity":null,"bare":null,"last":1,"since":1796018243},"server.status_address":{"entity":null,"bare":null,"last":1,"since":1796018243},"server.username":{"entity":null,"bare":null,"last":1,"since":1796018243}}');
