using System.Runtime.InteropServices;
using System.Text;

namespace Vigil.Model.Baselines;

/// <summary>LightGBM's native library, as far as growing trees needs it (https://lightgbm.readthedocs.io/en/stable/C-API.html).</summary>
static partial class LightGbm
{
    const string Library = "lib_lightgbm";
    const int Float32 = 0; // C_API_DTYPE_FLOAT32

    /// <summary>Grows trees.</summary>
    /// <param name="rows">To learn from.</param>
    /// <param name="trees">How many; fewer where nothing more can be learnt.</param>
    /// <param name="parameters">As name=value, between spaces.</param>
    /// <param name="cancellationToken">Asked after every tree.</param>
    /// <returns>LightGBM's own text.</returns>
    /// <exception cref="InvalidOperationException">The library refuses; the message is its own.</exception>
    internal static string Train(BaselineRows rows, int trees, string parameters, CancellationToken cancellationToken)
    {
        nint data = 0, booster = 0;
        try
        {
            Check(DatasetCreateFromMat(rows.Values, Float32, rows.Count, rows.Columns.Width, 1, parameters, 0, out data));
            Check(DatasetSetField(data, "label", rows.Labels, rows.Count, Float32));
            Check(BoosterCreate(data, parameters, out booster));
            for (int tree = 0, isFinished = 0; tree < trees && isFinished == 0; tree++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Check(BoosterUpdateOneIter(booster, out isFinished));
            }
            return Text(booster);
        }
        finally
        {
            _ = BoosterFree(booster); // both take a null
            _ = DatasetFree(data);
        }
    }

    static string Text(nint booster)
    {
        Check(BoosterSaveModelToString(booster, 0, 0, 0, 0, out long length, null));
        byte[] text = new byte[length];
        Check(BoosterSaveModelToString(booster, 0, 0, 0, length, out _, text));
        return Encoding.UTF8.GetString(text.AsSpan(0, text.Length - 1)); // without C's final 0
    }

    static void Check(int result)
    {
        if (result != 0) throw new InvalidOperationException($"LightGBM: {Marshal.PtrToStringUTF8(GetLastError())}");
    }

    [LibraryImport(Library, EntryPoint = "LGBM_GetLastError")]
    internal static partial nint GetLastError();

    [LibraryImport(Library, EntryPoint = "LGBM_DatasetCreateFromMat", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int DatasetCreateFromMat(
        float[] data, int type, int rows, int columns, int isRowMajor, string parameters, nint reference, out nint dataset);

    [LibraryImport(Library, EntryPoint = "LGBM_DatasetSetField", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int DatasetSetField(nint dataset, string field, float[] values, int count, int type);

    [LibraryImport(Library, EntryPoint = "LGBM_DatasetFree")]
    internal static partial int DatasetFree(nint dataset);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterCreate", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int BoosterCreate(nint dataset, string parameters, out nint booster);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterUpdateOneIter")]
    internal static partial int BoosterUpdateOneIter(nint booster, out int isFinished);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterSaveModelToString")]
    internal static partial int BoosterSaveModelToString(
        nint booster, int firstTree, int trees, int importance, long capacity, out long length, byte[]? text);

    [LibraryImport(Library, EntryPoint = "LGBM_BoosterFree")]
    internal static partial int BoosterFree(nint booster);
}
