using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Lets the copied libLibTorchSharp.so load where libstdc++ is older than GCC 13's (Debian 12, Ubuntu 22.04). The library asks for GLIBCXX_3.4.32 because of one
/// symbol, std::ios_base_library_init(), which does nothing: it only marks a program whose streams libstdc++ itself starts, and libtorch starts them on an
/// older one. The import is renamed, in place, to another function of no arguments that every libstdc++ since GCC 4.9 has: std::get_new_handler().
/// It can go when TorchSharp's natives are built against GLIBCXX_3.4.30 or older, or when Debian 12 and Ubuntu 22.04 are no longer supported.
/// </summary>
/// <remarks>
/// The edited copy also loads on newer systems, so a publish edits always. Output files may be hard links into the package cache: the copy is written
/// anew beside the old one and renamed over it, which leaves the cache alone. It keeps its time and size, so that the next build finds it up to date.
/// </remarks>
public sealed class LoadOnOlderLibstdcxx : Task
{
    const string OldSymbol = "_ZSt21ios_base_library_initv", OldVersion = "GLIBCXX_3.4.32";
    const string NewSymbol = "_ZSt15get_new_handlerv", NewVersion = "GLIBCXX_3.4.20";

    [Required]
    public string Library { get; set; } = "";

    /// <summary>Also where this machine would not need it.</summary>
    public bool Always { get; set; }

    public override bool Execute()
    {
        if (!File.Exists(Library) || (!Always && HostIsNewEnough())) return true;
        byte[] image = File.ReadAllBytes(Library);
        string problem = new Elf(image).Rename(OldSymbol, OldVersion, NewSymbol, NewVersion, out bool changed);
        if (problem != null)
        {
            Log.LogError("{0}: {1}; this TorchSharp is not the one that eng/LoadOnOlderLibstdcxx.cs knows", Library, problem);
            return false;
        }
        if (!changed) return true;
        string fresh = Library + "." + Guid.NewGuid().ToString("N");
        var time = File.GetLastWriteTimeUtc(Library);
        File.WriteAllBytes(fresh, image);
        File.SetLastWriteTimeUtc(fresh, time);
        File.Replace(fresh, Library, null);
        return true;
    }

    static bool HostIsNewEnough()
    {
        foreach (string folder in new[] { "/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib64", "/lib64", "/usr/lib", "/lib" })
        {
            string path = Path.Combine(folder, "libstdc++.so.6");
            if (File.Exists(path)) return Encoding.ASCII.GetString(File.ReadAllBytes(path)).Contains(OldVersion + "\0");
        }
        return false;
    }

    /// <summary>The parts of a 64-bit little-endian ELF file that say which versioned symbols it imports (System V ABI; LSB, "Symbol Versioning").</summary>
    sealed class Elf
    {
        const int DynSym = 11, VerNeed = 0x6ffffffe, VerSym = 0x6fffffff, SymbolSize = 24;
        readonly byte[] _image;
        readonly Dictionary<int, int> _sections = new Dictionary<int, int>(); // type -> offset of its header
        int _strings;

        internal Elf(byte[] image) => _image = image;

        internal string Rename(string symbol, string version, string newSymbol, string newVersion, out bool changed)
        {
            changed = false;
            if (_image.Length < 64 || BitConverter.ToUInt32(_image, 0) != 0x464c457f || _image[4] != 2 || _image[5] != 1) return "not a 64-bit little-endian ELF file";
            ReadSections();
            if (!_sections.ContainsKey(DynSym) || !_sections.ContainsKey(VerNeed) || !_sections.ContainsKey(VerSym)) return "it imports no versioned symbols";
            int need = FindVersion(version);
            if (need < 0) return null;
            int index = BitConverter.ToUInt16(_image, need + 6) & 0x7fff, name = -1;
            for (int i = 0; i < Size(DynSym) / SymbolSize; i++)
            {
                if ((BitConverter.ToUInt16(_image, Offset(VerSym) + (2 * i)) & 0x7fff) != index) continue;
                if (name >= 0 || Text(Name(i)) != symbol) return version + " is asked for by " + Text(Name(i)) + " too";
                name = Name(i);
            }
            if (name < 0) return version + " is asked for by no symbol";
            for (int i = 0; i < Size(DynSym) / SymbolSize; i++)
            {
                if (Name(i) > name && Name(i) <= name + symbol.Length) return symbol + " shares its name's bytes with " + Text(Name(i));
            }
            Write(name, newSymbol.PadRight(symbol.Length, '\0'));
            Write(BitConverter.ToInt32(_image, need + 8), newVersion.PadRight(version.Length, '\0'));
            BitConverter.GetBytes(Hash(newVersion)).CopyTo(_image, need);
            changed = true;
            return null;
        }

        void ReadSections()
        {
            int headers = (int)BitConverter.ToInt64(_image, 40), size = BitConverter.ToUInt16(_image, 58);
            for (int i = 0; i < BitConverter.ToUInt16(_image, 60); i++)
            {
                int header = headers + (i * size), type = BitConverter.ToInt32(_image, header + 4);
                _sections[type] = header;
                if (type == DynSym) _strings = (int)BitConverter.ToInt64(_image, headers + (BitConverter.ToInt32(_image, header + 40) * size) + 24);
            }
        }

        /// <summary>Offset of the Elf64_Vernaux entry with a name, or -1.</summary>
        int FindVersion(string version)
        {
            for (int library = Offset(VerNeed); ;)
            {
                int entry = library + BitConverter.ToInt32(_image, library + 8);
                for (int left = BitConverter.ToUInt16(_image, library + 2); left > 0; left--)
                {
                    if (Text(BitConverter.ToInt32(_image, entry + 8)) == version) return entry;
                    entry += BitConverter.ToInt32(_image, entry + 12);
                }
                int next = BitConverter.ToInt32(_image, library + 12);
                if (next == 0) return -1;
                library += next;
            }
        }

        int Offset(int section) => (int)BitConverter.ToInt64(_image, _sections[section] + 24);

        int Size(int section) => (int)BitConverter.ToInt64(_image, _sections[section] + 32);

        int Name(int symbol) => BitConverter.ToInt32(_image, Offset(DynSym) + (symbol * SymbolSize));

        string Text(int name)
        {
            int start = _strings + name;
            return Encoding.ASCII.GetString(_image, start, Array.IndexOf(_image, (byte)0, start) - start);
        }

        void Write(int name, string text) => Encoding.ASCII.GetBytes(text).CopyTo(_image, _strings + name);

        static uint Hash(string text)
        {
            uint hash = 0;
            foreach (char letter in text)
            {
                hash = (hash << 4) + letter;
                uint high = hash & 0xf0000000;
                hash = (hash ^ (high >> 24)) & ~high;
            }
            return hash;
        }
    }
}
