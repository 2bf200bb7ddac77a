"""Words by which a headline and a sentence that were glued together are told apart.

Belongs here: word lists, counted over 29,000 articles of 120 hosts. Does not: any rule that uses them.
"""

from __future__ import annotations


def set_of(words: str) -> frozenset[str]:
    """The words of a text that blanks separate."""
    return frozenset(words.split())


OPENERS = set_of("""
    adapun akibatnya aku alhamdulillah alhasil alih-alih apabila apakah apalagi apapun artinya awalnya
    bagaimanapun baginya bahkan bahwa baru-baru bayangkan beberapa begitu belakangan beliau berarti berdasarkan
    berikut beruntung betapa biasanya bila bukankah contohnya dalam demikian dia diberitakan dijelaskan
    dikatakan dikatakannya diketahui dikutip dilansir dimana dirangkum disebutkan disusul ditambah ditemui emang
    gue hadirnya hal hal-hal harapannya hasilnya ia intinya ironisnya itu itulah iya jika jumlahnya kabarnya
    kadang kala kalau kalaupun kalo kami kan karenanya katanya kebanyakan keberhasilan kebetulan keduanya keenam
    keesokan kehadiran kehadirannya kejadian kemarin kemudian kendati keterangan ketiganya ketika ketujuh
    khususnya kira-kira kita konon kuncinya kurasa lagipula lantas lokasinya maka makanya maksudnya mari
    masing-masing melainkan melalui melansir melengkapi memang memasuki menanggapi menariknya mendengar mengacu
    mengenai mengenakan mengetahui menghadapi mengingat mengusung mengutip menjatuhkan menjelang menurut
    menurutnya mereka merujuk meski meskipun misal misalnya mudah-mudahan mulanya mungkin nah nama-nama namun
    nanti nantinya nyatanya orang-orang pada padahal pantauan para pas pasalnya pastinya penampilannya
    penelusuran pengunggah pergerakan peristiwa pertama-tama pertanyaannya pihaknya pokoknya rata-rata
    rencananya rupanya saking salah sambung saya sayangnya sebab sebagaimana sebaliknya sebanyak sebelumnya
    sebenernya sebetulnya sebuah sedangkan sedikitnya sehingga sehubungan seiring sejatinya sejauh sejujurnya
    selain selanjutnya selengkapnya selepas semenjak sementara semoga semuanya semula senada seperti sepertinya
    sepuluh seringkali setahu setelah setelahnya setiap setibanya setidaknya silakan sisanya soalnya sontak
    sungguh tadi tambahkan tampaknya tapi teman-teman tentu tentunya tepatnya tercatat terdapat terdiri
    terhitung terkadang terlebih terlepas termasuk terutama tetapi tiba-tiba tujuannya udah umumnya untungnya
    wah walau walaupun ya yaitu yakni yup
    """)
"""Words that open sentences at least twelve times as often as they stand in headlines."""

ORDINARY = (
    set_of("""
    acara ada adalah adanya adegan adik agar agenda agensi ajang akan akankah akhir akhirnya akibat akses aksi
    akting aktivitas aktor aktris akumulasi akun alasan alasannya alat album anak-anak ancaman angka antara
    antusiasme apa aparat aplikasi apresiasi artikel artis arus asal asap atas atau aturan awal ayah babak baca
    bagaimana bagi bagian bagus bahan baik balapan banyak banyaknya barang baru bayi bedanya bek bekerja belajar
    belum benar benar-benar benarkah bentrokan bentuk berada beragam berapa berat berawal berbagai berbeda
    berbekal berbicara beredar berikan berikutnya berkaca berkaitan berkat bermain bersama bersamaan bertanding
    besaran besok betul biar biarkan biasa biaya bisa bola boleh buat bukan bukannya bukti buktinya bulan bumbu
    butuh capaian cara caranya catatan cedera cerita chemistry ciri coba cocok contoh cowok cuaca cuitan cukup
    cuma daftar daging dampak dampaknya dan dapat dari daripada datang debut delapan demi demo demonstrasi
    dengan desain desainnya detail di diakui diantaranya dibandingkan diduga diharapkan dikenal dilaporkan
    dilengkapi dilihat dimulai diperkirakan dirinya disampaikan disinggung diskusi ditanya ditemukan doa dolar
    dress dua duel duet dugaan dukungan dulu ekspor emas empat enam enggak episode erupsi faktanya faktor fans
    fasilitas fenomena film fitur fokus foto foto-foto fungsi gadis gaji gak gambar gamis ganda gangguan
    gara-gara gaya gejala gelandang gelang gelar gelaran gelombang gempa generasi gimana gol gugatan guna
    gunakan habis hadir hampir hanya harga harganya harus harusnya hasil hati-hati hindari hingga hubungi hujan
    hukuman ibunda ikan ikuti imbauan ingat ingin ini inilah inisiatif insiden intip investor isi isinya istilah
    istri isu jadi jadwal jam jangan jarak jasad jawaban jelang jelas jemaah jenazah jenis juga jujur jumlah
    justru kabar kabut kakak kali kalian kamar kamera kamu kanal kandungan kapal kapan karakter karena kasihan
    kasus kata kayak kayaknya ke keadaan kebahagiaan kebakaran keberadaan kebijakan kebutuhan kecelakaan kecuali
    kedatangan kedekatan kedua keempat kegagalan kegiatan kehidupan keinginan kejadiannya kekalahan kekuatan
    kelebihan kelima keluarga kemampuan kematian kembali kembalinya kemenangan kemungkinan kenaikan kenapa
    kendaraan kepada kepastian kepergian kericuhan kerugian kerusuhan kesempatan kesepakatan
    kesuksesan ketegangan ketentuan ketiga keunggulan kinerja kini kiper kisah klaim klub kok kolaborasi koleksi
    kombinasi komentar komitmen kompetisi komunitas kondisi kondisinya konflik konsep konser konsumen konsumsi
    konteks konten kontrak kontribusi korban kronologi kualitas kulit kunci kunjungan kurang laga lagi lagi-lagi
    lagu lahan lahir lain laju lakukan lalu laman lampu langkah langsung lanjut lantaran laporan larangan
    latihan lawan lebih ledakan legenda lewat lihat lima lini lokasi lonjakan luas lucunya maaf makanan makin
    malah malam mantan masa masak masalah masalahnya masih maskapai massa masuk masukkan masyarakat mata
    material mau mayat mayoritas media mekanisme melakukan melawan melihat member memberikan membuat memiliki
    mengapa mengawali menggunakan menilik menjadi menjaga menjawab menu menyambut menyikapi menyusul merasa
    merespons mesin metode minuman minyak misi mobil model modus mohon momen momentum motif mulai musim musisi
    nama namanya narasi narator nasib negara-negara netizen netter nggak nikmati nilai oknum oleh orang orangtua
    pabrik pabrikan padukan pagi paling parahnya pasangan pasca pasti pastikan pebalap pedangdut pejabat pekan
    pelaku pelanggan pelanggaran pelantikan pelantun peluang peluncuran pemadaman pemain pemasangan
    pembagian pembahasan pembalap pembayaran pembuat pembukaan pemenang pemeran pemeriksaan pemilik
    penambahan penampilan penangkapan penasaran pencabutan pencapaian pencarian pendekatan penemuan pengacara
    pengakuan pengalaman pengemudi pengendara pengesahan penggemar pengguna penggunaan penghargaan penguatan
    pengumuman pengunjung penilaian peningkatan penjualan penolakan penonton penting penumpang penurunan
    penutupan penyakit penyaluran penyanyi penyebab penyebabnya penyelidikan penyerahan penyerang penyidik per
    peran perangkat perasaan perayaan perbaikan perbedaan perbuatan peresmian performa perhatikan
    peringkat periode perjalanan perkembangan perlu perluasan permainan permasalahan permintaan pernah
    pernikahan pernyataan perpaduan perseteruan persoalan personel pertama pertandingan pertanyaan pertarungan
    pertemuan pertumbuhan pertunjukan perusahaan pesan pesawat peserta pesta petenis petugas pihak pilih pilihan
    pilihlah platform pohon poin pola politisi ponsel popularitas posisi postingan potensi potongan
    potret praktik presenter prestasi pria prinsip produk produksi produsen proses prosesi proyek publik pukul
    puluhan pun punya raihan rambut rambutnya rangkaian rasa rasanya ratusan reaksi realisasi regulasi rekaman
    rekan rekomendasi rekor remaja resep respons restoran ribuan rider rinciannya rombongan rumor rute saat
    saksi sama sambil sampai sang sangat sanksi satu satu-satunya sebagai sebagian sebaiknya sebelum sebenarnya
    sebut secara sedang sederet sedikit segala segera sehari seharusnya sejak sejalan sejarah sejumlah sekadar
    sekali sekaligus sekarang sekitar sektor selalu selama selamat selang seluruh semakin semangat semasa
    sembari sembilan sempat semua senang seolah seorang sepanjang sepeda serangan serial sering serta seruan
    seseorang sesuai sesungguhnya setahun setuju seusai siang siap siapa sikap simak singkat siswa situasi situs
    skema skor soal solusi sopir sosialisasi sosok status striker suami suara suasana suatu sudah suhu suka
    sukses sulit supaya sutradara syaratnya tahap tahu tahun tak tambahan tampak tampil tampilan tanggal tanpa
    tantangan target tarif tas tautan tayangan tekanan telah tema tempat temuan tentang tepat terakhir terbaru
    terbukti terhadap terima terjadi terkait terlalu terlihat ternyata terpisah tersangka terus tes tetap tiap
    tiba tidak tidur tiga tiket tindakan tinggal tingkat titik tokoh tolong topik total tradisi trailer tren
    truk tuan tubuh tujuan tujuh tulisan tunik tuntutan tur turut uang ucapan uji ukuran umat unggahan unggulan
    ungkapan uniknya untuk upaya usai usia usulan usut varian video viral wacana wajah wajahnya wajar wajib
    waktu wanita warga warganet warna warna-warna wilayah wisatawan yang yuk
        """)
    | OPENERS
    | set_of("anak keputusan pelatih pemerintah perempuan polisi tim")
)
"""Words that are written small inside a sentence (93 % of the time or more) and have opened one 25 times or more."""

SMALL_IN_HEADLINES = set_of("""
    di ke dari dan yang untuk pada dengan dalam atau oleh bagi saat soal akan hingga ini itu vs per tanpa karena
    agar jadi terhadap demi usai sebagai tentang para hari sampai se seperti asal ala versi lewat sejak serta
    buat ketimbang dkk secara kepada antara bukan tak tidak lalu and of the for in a to on at with by from
""")
"""Words that headlines in title case may write small."""

UNITS = set_of("persen miliar juta ribu triliun tahun bulan kg km gram meter cm kali jam menit detik orang")
"""What follows a number, small even in a headline."""

ROLES = set_of("""
    presiden wapres menteri menko menkeu mendagri menlu menhan gubernur wagub bupati wali walikota camat lurah kepala
    ketua wakil sekretaris direktur dirut dirjen sekjen deputi komisaris kapolri kapolda kapolres kapolsek panglima
    kapten pangdam danrem jaksa hakim rektor pengamat pakar anggota juru staf manajer manager pelatih kementerian badan
    dinas komisi dewan bank pt otoritas lembaga mahkamah kejaksaan polda polres polri kpk pemprov pemkot pemkab ceo
    plt kabid kabag kasat kanit humas
    """)
"""Words that begin the name of an office or a body."""
