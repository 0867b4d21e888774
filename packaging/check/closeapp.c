// Asks the running program to end, as the Restart Manager of Windows does before an installer replaces it; Wine 8 has none. Says
// "asked" if there was one.
#include <windows.h>
#include <stdio.h>

int main(void) {
	HWND window = FindWindowW(L"org.spico.discussions.workstation", NULL);
	DWORD_PTR agreed = 0;
	if (!window)
		return 1;
	if (!SendMessageTimeoutW(window, WM_QUERYENDSESSION, 0, ENDSESSION_CLOSEAPP, SMTO_NORMAL, 5000, &agreed) || !agreed)
		return 2;
	if (!SendMessageTimeoutW(window, WM_ENDSESSION, TRUE, ENDSESSION_CLOSEAPP, SMTO_NORMAL, 5000, &agreed))
		return 3;
	puts("asked");
	return 0;
}
