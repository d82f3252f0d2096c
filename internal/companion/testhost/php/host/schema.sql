-- The tables of WHMCS that the companion and its tests touch. Columns as named in public modules (seen); those of
-- tblproduct_recommendations, tblondemandrenewals and the reference columns of tblbundles and tblpromotions are assumed.
-- Text columns are NOT NULL without a default, as in a grown installation.
CREATE TABLE tblconfiguration (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, setting VARCHAR(64) NOT NULL, value TEXT NOT NULL, KEY setting (setting));
CREATE TABLE tbladdonmodules (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, module TEXT NOT NULL, setting TEXT NOT NULL, value TEXT NOT NULL);
CREATE TABLE tbladminroles (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE tbladmins (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, roleid INT NOT NULL, username TEXT NOT NULL, firstname TEXT NOT NULL, lastname TEXT NOT NULL, email TEXT NOT NULL, disabled TINYINT(1) NOT NULL DEFAULT 0);
CREATE TABLE tblactivitylog (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, date DATETIME NOT NULL, description TEXT NOT NULL, user TEXT NOT NULL, userid INT NOT NULL DEFAULT 0, ipaddr TEXT NOT NULL);
CREATE TABLE tblcurrencies (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, code TEXT NOT NULL, prefix TEXT NOT NULL, suffix TEXT NOT NULL, format INT NOT NULL, rate DECIMAL(10,5) NOT NULL DEFAULT 1.00000, `default` INT NOT NULL DEFAULT 0);
CREATE TABLE tblemailtemplates (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, type TEXT NOT NULL, name TEXT NOT NULL, subject TEXT NOT NULL, message TEXT NOT NULL, disabled TINYINT(1) NOT NULL DEFAULT 0, custom TINYINT(1) NOT NULL DEFAULT 0, language VARCHAR(32) NOT NULL DEFAULT '');
CREATE TABLE tblproductgroups (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, name TEXT NOT NULL, slug VARCHAR(128) NOT NULL, headline TEXT NOT NULL, tagline TEXT NOT NULL, orderfrmtpl TEXT NOT NULL, disabledgateways TEXT NOT NULL, hidden TINYINT(1) NOT NULL DEFAULT 0, `order` INT NOT NULL DEFAULT 0, created_at DATETIME NULL, updated_at DATETIME NULL);
CREATE TABLE tblproducts (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, type TEXT NOT NULL, gid INT NOT NULL, name TEXT NOT NULL, description TEXT NOT NULL,
  hidden TINYINT(1) NOT NULL DEFAULT 0, showdomainoptions TINYINT(1) NOT NULL DEFAULT 0, welcomeemail INT NOT NULL DEFAULT 0,
  stockcontrol TINYINT(1) NOT NULL DEFAULT 0, qty INT NOT NULL DEFAULT 0, proratabilling TINYINT(1) NOT NULL DEFAULT 0,
  proratadate INT NOT NULL DEFAULT 0, proratachargenextmonth INT NOT NULL DEFAULT 0, paytype TEXT NOT NULL, allowqty INT NOT NULL DEFAULT 0,
  subdomain TEXT NOT NULL, autosetup TEXT NOT NULL, servertype TEXT NOT NULL, servergroup INT NOT NULL DEFAULT 0,
  configoption1 TEXT NOT NULL, configoption2 TEXT NOT NULL, configoption3 TEXT NOT NULL, configoption4 TEXT NOT NULL,
  configoption5 TEXT NOT NULL, configoption6 TEXT NOT NULL, configoption7 TEXT NOT NULL, configoption8 TEXT NOT NULL,
  configoption9 TEXT NOT NULL, configoption10 TEXT NOT NULL, configoption11 TEXT NOT NULL, configoption12 TEXT NOT NULL,
  configoption13 TEXT NOT NULL, configoption14 TEXT NOT NULL, configoption15 TEXT NOT NULL, configoption16 TEXT NOT NULL,
  configoption17 TEXT NOT NULL, configoption18 TEXT NOT NULL, configoption19 TEXT NOT NULL, configoption20 TEXT NOT NULL,
  configoption21 TEXT NOT NULL, configoption22 TEXT NOT NULL, configoption23 TEXT NOT NULL, configoption24 TEXT NOT NULL,
  freedomain TEXT NOT NULL, freedomainpaymentterms TEXT NOT NULL, freedomaintlds TEXT NOT NULL, recurringcycles INT NOT NULL DEFAULT 0,
  autoterminatedays INT NOT NULL DEFAULT 0, autoterminateemail INT NOT NULL DEFAULT 0, configoptionsupgrade TINYINT(1) NOT NULL DEFAULT 0,
  upgradeemail INT NOT NULL DEFAULT 0, overagesenabled VARCHAR(10) NOT NULL DEFAULT '', overagesdisklimit INT NOT NULL DEFAULT 0,
  overagesbwlimit INT NOT NULL DEFAULT 0, overagesdiskprice DECIMAL(6,4) NOT NULL DEFAULT 0, overagesbwprice DECIMAL(6,4) NOT NULL DEFAULT 0,
  tax TINYINT(1) NOT NULL DEFAULT 0, affiliateonetime TINYINT(1) NOT NULL DEFAULT 0, affiliatepaytype TEXT NOT NULL,
  affiliatepayamount DECIMAL(16,2) NOT NULL DEFAULT 0, `order` INT NOT NULL DEFAULT 0, retired TINYINT(1) NOT NULL DEFAULT 0,
  is_featured TINYINT(1) NOT NULL DEFAULT 0, color VARCHAR(100) NOT NULL DEFAULT '', tagline VARCHAR(255) NOT NULL DEFAULT '',
  short_description TEXT NOT NULL, created_at DATETIME NULL, updated_at DATETIME NULL, KEY gid (gid));
CREATE TABLE tblproducts_slugs (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, product_id INT NOT NULL, group_id INT NOT NULL, group_slug VARCHAR(255) NOT NULL, slug VARCHAR(255) NOT NULL, active TINYINT(1) NOT NULL DEFAULT 1, clicks INT NOT NULL DEFAULT 0, created_at DATETIME NULL, updated_at DATETIME NULL, KEY product_id (product_id));
CREATE TABLE tblproducts_slugs_tracking (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, slug_id INT NOT NULL, date DATE NOT NULL, clicks INT NOT NULL DEFAULT 0, created_at DATETIME NULL, updated_at DATETIME NULL);
CREATE TABLE tblproduct_downloads (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, product_id INT NOT NULL, download_id INT NOT NULL, KEY product_id (product_id));
CREATE TABLE tblproducteventactions (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, entity_type VARCHAR(16) NOT NULL, entity_id INT NOT NULL, name VARCHAR(64) NOT NULL, event_name VARCHAR(32) NOT NULL, action VARCHAR(64) NOT NULL, params TEXT NULL, created_at DATETIME NULL, updated_at DATETIME NULL);
CREATE TABLE tblproduct_group_features (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, product_group_id INT NOT NULL, feature TEXT NOT NULL, `order` INT NOT NULL DEFAULT 0, KEY product_group_id (product_group_id));
CREATE TABLE tblpricing (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, type VARCHAR(32) NOT NULL, currency INT NOT NULL, relid INT NOT NULL, msetupfee DECIMAL(16,2) NOT NULL, qsetupfee DECIMAL(16,2) NOT NULL, ssetupfee DECIMAL(16,2) NOT NULL, asetupfee DECIMAL(16,2) NOT NULL, bsetupfee DECIMAL(16,2) NOT NULL, tsetupfee DECIMAL(16,2) NOT NULL, monthly DECIMAL(16,2) NOT NULL, quarterly DECIMAL(16,2) NOT NULL, semiannually DECIMAL(16,2) NOT NULL, annually DECIMAL(16,2) NOT NULL, biennially DECIMAL(16,2) NOT NULL, triennially DECIMAL(16,2) NOT NULL, KEY relid (relid));
CREATE TABLE tblproduct_recommendations (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, product_id INT NOT NULL, sortorder INT NOT NULL, recommended_product_id INT NOT NULL);
CREATE TABLE tblondemandrenewals (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, rel_type VARCHAR(32) NOT NULL, rel_id INT NOT NULL, enabled TINYINT(1) NOT NULL DEFAULT 0, monthly INT NOT NULL DEFAULT 0, quarterly INT NOT NULL DEFAULT 0, semiannually INT NOT NULL DEFAULT 0, annually INT NOT NULL DEFAULT 0, biennially INT NOT NULL DEFAULT 0, triennially INT NOT NULL DEFAULT 0, created_at DATETIME NULL, updated_at DATETIME NULL);
CREATE TABLE tblproduct_upgrade_products (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, product_id INT NOT NULL, upgrade_product_id INT NOT NULL, KEY product_id (product_id), KEY upgrade_product_id (upgrade_product_id));
CREATE TABLE tblbundles (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, name TEXT NOT NULL, itemdata TEXT NOT NULL);
CREATE TABLE tblpromotions (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, code TEXT NOT NULL, appliesto TEXT NOT NULL, requires TEXT NOT NULL);
CREATE TABLE tbldomainpricing (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, extension TEXT NOT NULL);
CREATE TABLE tblpaymentgateways (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, gateway TEXT NOT NULL, setting TEXT NOT NULL, value TEXT NOT NULL);
CREATE TABLE tbltax (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, name TEXT NOT NULL, country TEXT NOT NULL);
CREATE TABLE tblservers (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, name TEXT NOT NULL, ipaddress TEXT NOT NULL, assignedips TEXT NOT NULL, hostname TEXT NOT NULL, monthlycost DECIMAL(16,2) NOT NULL DEFAULT 0, noc TEXT NOT NULL, statusaddress TEXT NOT NULL, nameserver1 TEXT NOT NULL, nameserver1ip TEXT NOT NULL, nameserver2 TEXT NOT NULL, nameserver2ip TEXT NOT NULL, nameserver3 TEXT NOT NULL, nameserver3ip TEXT NOT NULL, nameserver4 TEXT NOT NULL, nameserver4ip TEXT NOT NULL, nameserver5 TEXT NOT NULL, nameserver5ip TEXT NOT NULL, maxaccounts INT NOT NULL DEFAULT 0, type TEXT NOT NULL, username TEXT NOT NULL, password TEXT NOT NULL, accesshash TEXT NOT NULL, secure TEXT NOT NULL, port INT NULL, active INT NOT NULL DEFAULT 0, disabled INT NOT NULL DEFAULT 0);
CREATE TABLE tblservergroups (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, name TEXT NOT NULL, filltype INT NOT NULL);
CREATE TABLE tblservergroupsrel (groupid INT NOT NULL, serverid INT NOT NULL, KEY groupid (groupid), KEY serverid (serverid));
CREATE TABLE tblhosting (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, userid INT NOT NULL DEFAULT 0, packageid INT NOT NULL, server INT NOT NULL DEFAULT 0, regdate DATE NOT NULL, domain TEXT NOT NULL, domainstatus ENUM('Pending','Active','Suspended','Terminated','Cancelled','Fraud','Completed') NOT NULL DEFAULT 'Pending', KEY packageid (packageid));
CREATE TABLE tblhostingaddons (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, hostingid INT NOT NULL, addonid INT NOT NULL, server INT NOT NULL DEFAULT 0, status VARCHAR(16) NOT NULL DEFAULT 'Pending');
CREATE TABLE tbladdons (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, packages TEXT NOT NULL, name TEXT NOT NULL, description TEXT NOT NULL, billingcycle TEXT NOT NULL, allowqty TINYINT(1) NOT NULL DEFAULT 0, tax TINYINT(1) NOT NULL, showorder TINYINT(1) NOT NULL, hidden TINYINT(1) NOT NULL DEFAULT 0, retired TINYINT(1) NOT NULL DEFAULT 0, downloads TEXT NOT NULL, autoactivate TEXT NOT NULL, suspendproduct TINYINT(1) NOT NULL, welcomeemail INT NOT NULL, type VARCHAR(255) NOT NULL DEFAULT '', module VARCHAR(255) NOT NULL DEFAULT '', server_group_id INT NOT NULL DEFAULT 0, prorate TINYINT(1) NOT NULL DEFAULT 0, weight INT NOT NULL DEFAULT 0, autolinkby TEXT NOT NULL, created_at TIMESTAMP NULL DEFAULT NULL, updated_at TIMESTAMP NULL DEFAULT NULL);
CREATE TABLE tblcustomfields (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, type TEXT NOT NULL, relid INT NOT NULL, fieldname TEXT NOT NULL, fieldtype TEXT NOT NULL, description TEXT NOT NULL, fieldoptions TEXT NOT NULL, regexpr TEXT NOT NULL, adminonly TEXT NOT NULL, required TEXT NOT NULL, showorder TEXT NOT NULL, showinvoice TEXT NOT NULL, sortorder INT NOT NULL DEFAULT 0);
CREATE TABLE tblcustomfieldsvalues (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, fieldid INT NOT NULL, relid INT NOT NULL, value TEXT NOT NULL);
CREATE TABLE tblproductconfiggroups (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, name TEXT NOT NULL, description TEXT NOT NULL);
CREATE TABLE tblproductconfiglinks (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, gid INT NOT NULL, pid INT NOT NULL);
CREATE TABLE tblproductconfigoptions (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, gid INT NOT NULL, optionname TEXT NOT NULL, optiontype TEXT NOT NULL, qtyminimum INT NOT NULL DEFAULT 0, qtymaximum INT NOT NULL DEFAULT 0, `order` INT NOT NULL DEFAULT 0, hidden INT NOT NULL DEFAULT 0);
CREATE TABLE tblproductconfigoptionssub (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, configid INT NOT NULL, optionname TEXT NOT NULL, sortorder INT NOT NULL DEFAULT 0, hidden INT NOT NULL DEFAULT 0);
CREATE TABLE tblhostingconfigoptions (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, relid INT NOT NULL, configid INT NOT NULL, optionid INT NOT NULL, qty INT NOT NULL DEFAULT 0);
-- How WHMCS keeps API credentials and roles is its own business; this table is the test host's.
CREATE TABLE testhost_credentials (identifier VARCHAR(64) NOT NULL PRIMARY KEY, secret CHAR(64) NOT NULL, admin_id INT NOT NULL, actions TEXT NOT NULL);
