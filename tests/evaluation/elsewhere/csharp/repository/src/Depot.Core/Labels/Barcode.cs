using System.Text.RegularExpressions;

namespace Depot.Core.Labels;

/// <summary>The codes on our labels.</summary>
public static partial class Barcode
{
    /// <summary>The article number of a code, null if it is not ours.</summary>
    public static string? Read(string code)
    {
        var found = Ours().Match(code.Trim());
        return found.Success ? found.Groups["sku"].Value : null;
    }

    [GeneratedRegex("^D(?<sku>[0-9]{8})$")]
    private static partial Regex Ours();
}
