#!/bin/sh
# Makes an installer: msi.sh SCOPE VERSION OUT, in a folder with discussions.exe and discussions.ico. SCOPE: perMachine or perUser.
# The same inputs give the same bytes: the codes are made of them (UUID 5), and faketime holds the clock at SOURCE_DATE_EPOCH.
set -eu

scope=$1 version=$2 out=$3
here=$(cd "$(dirname "$0")" && pwd)
code() { uuidgen --sha1 --namespace 8e0b2e0e-7b7b-4e37-9b0b-0c6e1d0a5f10 --name "$1" | tr '[:lower:]' '[:upper:]'; }
still() { faketime -f "$(date -u -d "@$SOURCE_DATE_EPOCH" '+%Y-%m-%d %H:%M:%S')" "$@"; }
sql() { still msibuild "$out" -q "$1"; }

rm -f "$out"
touch -d "@$SOURCE_DATE_EPOCH" discussions.exe discussions.ico # the installer keeps their times
still wixl -a x64 -D Version="$version" -D Scope="$scope" -D ProductCode="$(code "product $scope $version")" -o "$out" "$here/discussions.wxs"
# wixl packs with MSZIP only. Both scopes hold the same files, so what is packed once is taken again.
msiinfo extract "$out" discussions.cab >new.cab
cmp -s new.cab mszip.cab || {
	mv new.cab mszip.cab
	(folder=$PWD && cd "$here" && go run ./lzx "$folder/mszip.cab" "$folder/lzx.cab")
}
still msibuild "$out" -a discussions.cab lzx.cab
# What wixl has no words for: the AppUserModelID of the shortcuts and the class that answers go to, which toasts need, and
# the language.
sql 'CREATE TABLE `MsiShortcutProperty` (`MsiShortcutProperty` CHAR(72) NOT NULL, `Shortcut_` CHAR(72) NOT NULL, `PropertyKey` CHAR(255) NOT NULL, `PropVariantValue` CHAR(255) NOT NULL PRIMARY KEY `MsiShortcutProperty`)'
property() { # NAME SHORTCUT KEY VALUE
	sql "INSERT INTO \`MsiShortcutProperty\` (\`MsiShortcutProperty\`, \`Shortcut_\`, \`PropertyKey\`, \`PropVariantValue\`) VALUES ('$1', '$2', '$3', '$4')"
}
for shortcut in Menu Desktop; do
	property "${shortcut}Aumid" "${shortcut}Shortcut" 'System.AppUserModel.ID' 'org.spico.discussions'
	property "${shortcut}Activator" "${shortcut}Shortcut" 'System.AppUserModel.ToastActivatorCLSID' '{4C0E5C1B-6E0D-4F3A-9B55-2D8A7E61F0C4}'
done
# AUTOSTART=1 and DESKTOP=1 choose a feature.
sql 'CREATE TABLE `Condition` (`Feature_` CHAR(38) NOT NULL, `Level` INT NOT NULL, `Condition` CHAR(255) PRIMARY KEY `Feature_`, `Level`)'
sql "INSERT INTO \`Condition\` (\`Feature_\`, \`Level\`, \`Condition\`) VALUES ('Autostart', 1, 'AUTOSTART=\"1\"')"
sql "INSERT INTO \`Condition\` (\`Feature_\`, \`Level\`, \`Condition\`) VALUES ('Desktop', 1, 'DESKTOP=\"1\"')"
# CONFIG=file: the installed program checks the deployment file and copies it, as SYSTEM where it is for everybody; where it refuses, the
# installation is undone. REMOVEPROFILE=1 at the end removes the profile of the user who removes the program. Types of custom actions: 18 runs an
# installed file, 34 a command in a folder; 1024 in the script, 2048 as SYSTEM, 64 whatever its result.
action() { # NAME TYPE SOURCE TARGET SEQUENCE CONDITION
	sql "INSERT INTO \`CustomAction\` (\`Action\`, \`Type\`, \`Source\`, \`Target\`) VALUES ('$1', $2, '$3', '$4')"
	sql "INSERT INTO \`InstallExecuteSequence\` (\`Action\`, \`Condition\`, \`Sequence\`) VALUES ('$1', '$6', $5)"
}
if [ "$scope" = perMachine ]; then
	action InstallConfig 3090 Exe '--install-config "[CONFIG]"' 4010 'CONFIG AND NOT (REMOVE="ALL")'
else
	action InstallConfig 1042 Exe '--install-own-config "[CONFIG]"' 4010 'CONFIG AND NOT (REMOVE="ALL")'
fi
action RemoveProfile 1122 INSTALLDIR '"[System64Folder]cmd.exe" /c rmdir /s /q "[LocalAppDataFolder]Discussions\Profile"' 3490 'REMOVE="ALL" AND REMOVEPROFILE="1" AND NOT UPGRADINGPRODUCTCODE'
secure=$(msiinfo export "$out" Property | tr -d '\r' | awk -F '\t' '$1 == "SecureCustomProperties" {print $2}')
sql "UPDATE \`Property\` SET \`Value\` = '$secure;AUTOSTART;CONFIG;DESKTOP;REMOVEPROFILE' WHERE \`Property\` = 'SecureCustomProperties'"
sql "INSERT INTO \`Error\` (\`Error\`, \`Message\`) VALUES (1722, 'Installation annulée : le fichier donné par CONFIG est absent ou contient une erreur. La phrase exacte est dans le journal des événements (Application, Discussions) ; Discussions.exe --check-config la donne aussi.')"
still msibuild "$out" -s "Discussions $version" SPICO "x64;1036" "{$(code "package $scope $version $(sha256sum <discussions.exe)")}"
