/*
 * What programs of Go 1.26 expect of Windows and Wine 8 does not have, so that the tests run unchanged:
 *
 *   - the library bcryptprimitives.dll, from which Go takes its randomness;
 *   - a system that cannot delete an open file in POSIX's way says so, after which Go deletes it as of old; Wine answers
 *     with a status that Go does not know, so os.RemoveAll fails;
 *   - a named pipe that was made without the right to read or write accepts nobody: go-winio holds a pipe's name by such a one.
 *     Wine lets the first client in, where nobody would ever hear it;
 *   - VirtualAlloc2 knows placeholders; Wine's does not, and go-sqlite3 does without where there is no VirtualAlloc2.
 *
 * Go finds functions by name in the tables of the libraries that export them: those entries are changed.
 */
#include <windows.h>
#include <winternl.h>

#define NOT_IMPLEMENTED ((NTSTATUS)0xC0000002)
#define INVALID_INFO_CLASS ((NTSTATUS)0xC0000003)

typedef NTSTATUS NTAPI set_information(HANDLE, IO_STATUS_BLOCK *, void *, ULONG, ULONG);
typedef NTSTATUS NTAPI create_pipe(HANDLE *, ULONG, OBJECT_ATTRIBUTES *, IO_STATUS_BLOCK *, ULONG, ULONG, ULONG, ULONG, ULONG,
	ULONG, ULONG, ULONG, ULONG, LARGE_INTEGER *);

static set_information *wine_set_information;
static create_pipe *wine_create_pipe;

BOOLEAN NTAPI SystemFunction036(void *, ULONG); /* RtlGenRandom */

__declspec(dllexport) BOOL WINAPI ProcessPrng(BYTE *data, SIZE_T size)
{
	return SystemFunction036(data, size);
}

static NTSTATUS NTAPI our_set_information(HANDLE file, IO_STATUS_BLOCK *io, void *data, ULONG size, ULONG class)
{
	NTSTATUS status = wine_set_information(file, io, data, size, class);

	return status == NOT_IMPLEMENTED ? INVALID_INFO_CLASS : status;
}

static NTSTATUS NTAPI our_create_pipe(HANDLE *pipe, ULONG access, OBJECT_ATTRIBUTES *name, IO_STATUS_BLOCK *io, ULONG sharing,
	ULONG disposition, ULONG options, ULONG type, ULONG read_mode, ULONG completion_mode, ULONG instances, ULONG in, ULONG out,
	LARGE_INTEGER *timeout)
{
	NTSTATUS status = wine_create_pipe(pipe, access, name, io, sharing, disposition, options, type, read_mode, completion_mode,
		instances, in, out, timeout);
	IO_STATUS_BLOCK ignored;
	HANDLE client;

	if (status || access != SYNCHRONIZE)
		return status;
	if (!NtOpenFile(&client, GENERIC_READ | GENERIC_WRITE | SYNCHRONIZE, name, &ignored, 0, 0)) {
		DisconnectNamedPipe(*pipe);
		NtClose(client);
	}
	return status;
}

/* replace has a library export ours, which may be none, under that name for who asks from now on. It returns Wine's. */
static void *replace(const char *library, const char *name, void *ours)
{
	BYTE *base = (BYTE *)GetModuleHandleA(library);
	IMAGE_NT_HEADERS *headers = (void *)(base + ((IMAGE_DOS_HEADER *)base)->e_lfanew);
	IMAGE_DATA_DIRECTORY *where = &headers->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_EXPORT];
	IMAGE_EXPORT_DIRECTORY *exports = (void *)(base + where->VirtualAddress);
	DWORD *names = (void *)(base + exports->AddressOfNames);
	WORD *ordinals = (void *)(base + exports->AddressOfNameOrdinals);
	DWORD *functions = (void *)(base + exports->AddressOfFunctions);
	DWORD i, protection, *entry;
	void *wines;

	for (i = 0; i < exports->NumberOfNames; i++) {
		if (lstrcmpA((char *)base + names[i], name))
			continue;
		entry = &functions[ordinals[i]];
		wines = base + *entry;
		VirtualProtect(entry, sizeof *entry, PAGE_READWRITE, &protection);
		*entry = ours ? (BYTE *)ours - base : 0; /* 32 bits: this library is linked for an address less than 4 GiB above ntdll.dll */
		VirtualProtect(entry, sizeof *entry, protection, &protection);
		return wines;
	}
	return NULL;
}

BOOL WINAPI DllMain(HINSTANCE self, DWORD reason, void *reserved)
{
	if (reason == DLL_PROCESS_ATTACH) {
		wine_set_information = replace("ntdll.dll", "NtSetInformationFile", our_set_information);
		wine_create_pipe = replace("ntdll.dll", "NtCreateNamedPipeFile", our_create_pipe);
		replace("kernelbase.dll", "VirtualAlloc2", NULL);
	}
	return TRUE;
}
